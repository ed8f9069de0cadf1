import { createApp } from 'vue';
import Listen from './Listen.vue';

createApp(Listen, { src: '/audio', sampleRate: 16000 }).mount('#app');
